/*
 * What the word "cloud" implies. Source: Graph deployments page, Entra
 * authentication-national-cloud page. The metadata address of call notifications is documented for
 * the global cloud only; elsewhere it must be configured.
 */
#include "bot/shell/cloud.h"

#include <string.h>

#define BOT_GLOBAL                      \
	"https://api.botframework.com", \
		"https://login.botframework.com/v1/.well-known/openidconfiguration"
#define BOT_US_GOV                     \
	"https://api.botframework.us", \
		"https://login.botframework.azure.us/v1/.well-known/openidconfiguration"

static const char *const hosts_global[] = { "smba.trafficmanager.net",
	"smba.infra.gcc.teams.microsoft.com", NULL };
static const char *const hosts_l4[] = { "smba.infra.gov.teams.microsoft.us", NULL };
static const char *const hosts_l5[] = { "smba.infra.dod.teams.microsoft.us", NULL };
static const char *const hosts_none[] = { NULL };

static const struct cloud clouds[] = {
	{ "global", "https://graph.microsoft.com", "https://login.microsoftonline.com",
		"https://api.aps.skype.com/v1/.well-known/OpenIdConfiguration", BOT_GLOBAL,
		hosts_global },
	{ "us-gov-l4", "https://graph.microsoft.us", "https://login.microsoftonline.us", NULL,
		BOT_US_GOV, hosts_l4 },
	{ "us-gov-l5", "https://dod-graph.microsoft.us", "https://login.microsoftonline.us", NULL,
		BOT_US_GOV, hosts_l5 },
	{ "china", "https://microsoftgraph.chinacloudapi.cn",
		"https://login.partner.microsoftonline.cn", NULL, NULL, NULL, hosts_none },
};

const struct cloud *cloud_named(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(clouds); i++)
		if (strcmp(clouds[i].name, name) == 0)
			return &clouds[i];
	return NULL;
}
