#ifndef BOT_API_ROUTE_H
#define BOT_API_ROUTE_H

/*
 * The routes of routes.def as a table, and as the OpenAPI document. Any thread.
 */

#include <stddef.h>
#include <stdint.h>

/* The least that lets somebody in; each may what those before her may. */
enum api_role {
	API_ANYBODY,
	API_APP, /* a program of a partner's that the configuration names: it reads */
	API_AGENT,
	API_SUPERVISOR,
	API_ADMIN,
};

struct api_route {
	const char *name; /* of its handler, and its operationId */
	const char *method, *path;
	enum api_role role;
	uint32_t body_bytes;       /* at most; 0: as the door has it */
	const char *takes, *gives; /* names of schemas.def, or words of routes.def */
	const char *summary;
};

/* In the order of routes.def. */
const struct api_route *api_routes(size_t *n);
/* Of a path: up to what may stand in the query. */
size_t api_path_bytes(const char *path);
/* "Supervisor" */
const char *api_role_name(enum api_role role);

/* OpenAPI 3.1, of the routes and schemas. server: "https://cc.example.com". Owned by the receiver
 * (free); NULL: no memory. */
char *api_openapi(const char *server);

/* {"error":{"code":"forbidden","message":..,"target":..}}; the code follows from the HTTP status;
 * target may be NULL. Owned by the receiver (free); NULL: no memory. */
char *api_error(int status, const char *target, const char *message);
const char *api_error_code(int status);

#endif
