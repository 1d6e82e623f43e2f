#!/bin/sh
# A day of a tenth of the calls, sanitized.
CALLS=1000 exec "${BUILD:-build}/asan/tests/day/day"
