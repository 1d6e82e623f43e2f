/*
 * What the word "cloud" implies. Source: Graph deployments page, Entra
 * authentication-national-cloud page. The metadata address of call notifications is documented for
 * the global cloud only; elsewhere it must be configured.
 */
#include "bot/shell/cloud.h"

#include <string.h>

static const struct cloud clouds[] = {
	{ "global", "https://graph.microsoft.com", "https://login.microsoftonline.com",
		"https://api.aps.skype.com/v1/.well-known/OpenIdConfiguration" },
	{ "us-gov-l4", "https://graph.microsoft.us", "https://login.microsoftonline.us", NULL },
	{ "us-gov-l5", "https://dod-graph.microsoft.us", "https://login.microsoftonline.us", NULL },
	{ "china", "https://microsoftgraph.chinacloudapi.cn",
		"https://login.partner.microsoftonline.cn", NULL },
};

const struct cloud *cloud_named(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(clouds); i++)
		if (strcmp(clouds[i].name, name) == 0)
			return &clouds[i];
	return NULL;
}
