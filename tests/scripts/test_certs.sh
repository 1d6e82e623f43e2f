#!/usr/bin/env bash
# scripts/certs makes what is missing or soon over, and leaves alone what is good.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dir=$work/deep/certs
n=0
result() { n=$((n + 1)); [ "$1" = 0 ] && echo "ok $n - $2" || { printf '%s\n' "${3:-}" | sed 's/^/# /'; echo "not ok $n - $2"; }; }
certs() { "$root/scripts/certs" "$@" 2>&1; }
print() { openssl x509 -in "$dir/$1" -noout -fingerprint; }
# keeps NAME FILE: another run leaves the certificate as it is. remakes: another run makes a new one, which fits.
keeps() { local was; was=$(print "$2"); certs "$dir"; [ "$was" = "$(print "$2")" ]; result $? "$1"; }
remakes() {
	local was=$3
	certs "$dir"
	[ "$was" != "$(print "$2")" ] && openssl verify -CAfile "$dir/ca.pem" "$dir/tls.pem" >/dev/null
	result $? "$1"
}

echo 1..14
out=$(certs "$dir")
[ $? = 0 ] && [ -z "$out" ]; result $? "it makes the folder, and says nothing" "$out"
openssl verify -CAfile "$dir/ca.pem" "$dir/tls.pem" >/dev/null; result $? "the certificate is of the authority"
openssl verify -CAfile "$dir/ca.pem" -verify_hostname localhost "$dir/tls.pem" >/dev/null
result $? "it is localhost's"
openssl verify -CAfile "$dir/ca.pem" -verify_ip 127.0.0.1 "$dir/tls.pem" >/dev/null; result $? "it is 127.0.0.1's"
openssl verify -CAfile "$dir/ca.pem" -verify_ip ::1 "$dir/tls.pem" >/dev/null; result $? "it is ::1's"
! openssl verify -CAfile "$dir/ca.pem" -verify_hostname example.com "$dir/tls.pem" >/dev/null 2>&1
result $? "it is nobody else's"
[ "$(stat -c %a "$dir/tls.key" "$dir/ca.key" | sort -u)" = 600 ]; result $? "the keys are for their owner"
keeps "what is good stays" tls.pem
was=$(print tls.pem); rm "$dir/tls.key"; remakes "a lost key is made anew" tls.pem "$was"
was=$(print tls.pem); cp "$dir/ca.key" "$dir/tls.key"; remakes "a key that does not fit is made anew" tls.pem "$was"
was=$(print tls.pem); rm "$dir/ca.pem"; remakes "with a new authority the certificate is new" tls.pem "$was"
openssl req -x509 -key "$dir/ca.key" -subj "/CN=Foyer local authority" -days 6 -out "$dir/ca.pem" 2>/dev/null
was=$(print ca.pem); remakes "an authority with less than a week is made anew" ca.pem "$was"
out=$(certs); [ $? = 2 ] && [[ $out == usage:* ]]; result $? "without a folder it says how to call it" "$out"
out=$(certs /proc/nowhere); [ $? != 0 ] && [ -n "$out" ]; result $? "a folder that cannot be made is an error" "$out"
