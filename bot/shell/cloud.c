/*
 * What the word "cloud" implies. Source: Graph deployments page, Entra
 * authentication-national-cloud page, the Speech service's sovereign-clouds page. The metadata
 * address of call notifications is documented for the global cloud only.
 */
#include "bot/shell/cloud.h"

#include <string.h>

#define BOT_GLOBAL                             \
	.bot = "https://api.botframework.com", \
	.bot_openid = "https://login.botframework.com/v1/.well-known/openidconfiguration"
#define BOT_US_GOV                            \
	.bot = "https://api.botframework.us", \
	.bot_openid = "https://login.botframework.azure.us/v1/.well-known/openidconfiguration"

static const char *const hosts_global[] = { "smba.trafficmanager.net",
	"smba.infra.gcc.teams.microsoft.com", NULL };
static const char *const hosts_l4[] = { "smba.infra.gov.teams.microsoft.us", NULL };
static const char *const hosts_l5[] = { "smba.infra.dod.teams.microsoft.us", NULL };
static const char *const hosts_none[] = { NULL };

/* One report from US Government names this metadata, and an issuer with a closing slash; no
 * document does. */
#define CALL_US_GOV "https://apigcch.botframework.azure.us/v1/.well-known/OpenIdConfiguration"

static const char *const issuers_none[] = { NULL };
static const char *const issuers_us_gov[] = { "https://api.botframework.com/",
	"https://api.botframework.us", NULL };

static const struct cloud clouds[] = {
	{ .name = "global",
		.graph = "https://graph.microsoft.com",
		.authority = "https://login.microsoftonline.com",
		.call_openid = "https://api.aps.skype.com/v1/.well-known/OpenIdConfiguration",
		.call_issuers = issuers_none,
		.call_documented = true,
		BOT_GLOBAL,
		.speech = "tts.speech.microsoft.com",
		.connector = hosts_global },
	{ .name = "us-gov-l4",
		.graph = "https://graph.microsoft.us",
		.authority = "https://login.microsoftonline.us",
		.call_openid = CALL_US_GOV,
		.call_issuers = issuers_us_gov,
		BOT_US_GOV,
		.speech = "tts.speech.azure.us",
		.connector = hosts_l4,
		.frames = "https://*.teams.microsoft.us" },
	{ .name = "us-gov-l5",
		.graph = "https://dod-graph.microsoft.us",
		.authority = "https://login.microsoftonline.us",
		.call_openid = CALL_US_GOV,
		.call_issuers = issuers_us_gov,
		BOT_US_GOV,
		.speech = "tts.speech.azure.us",
		.connector = hosts_l5,
		.frames = "https://*.teams.microsoft.us" },
	{ .name = "china",
		.graph = "https://microsoftgraph.chinacloudapi.cn",
		.authority = "https://login.partner.microsoftonline.cn",
		.call_issuers = issuers_none,
		.speech = "tts.speech.azure.cn",
		.connector = hosts_none },
};

const struct cloud *cloud_named(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(clouds); i++)
		if (strcmp(clouds[i].name, name) == 0)
			return &clouds[i];
	return NULL;
}
