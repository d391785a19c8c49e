// SPDX-License-Identifier: MPL-2.0

package rbacapi

import "github.com/terraform-provider-pe/terraform-provider-pe/internal/simulator/rest"

// The base paths.
const (
	v1 = "/rbac-api/v1/"
	v2 = "/rbac-api/v2/"
)

// allRoutes lists every endpoint, with the generations that have it.
func (a *API) allRoutes() []rest.Route[endpoint] {
	routes := a.roleRoutes()
	routes = append(routes, a.commandRoutes()...)
	routes = append(routes, a.subjectRoutes()...)
	return append(routes, a.tokenRoutes()...)
}

func route(method, pattern string, h handler) rest.Route[endpoint] {
	return rest.Route[endpoint]{Method: method, Pattern: pattern, Handler: endpoint{handle: h}}
}

func (a *API) roleRoutes() []rest.Route[endpoint] {
	return []rest.Route[endpoint]{
		route("GET", v1+"roles", a.listRoles),
		route("POST", v1+"roles", a.createRole),
		route("GET", v1+"roles/{id}", a.role),
		route("PUT", v1+"roles/{id}", a.replaceRole),
		route("DELETE", v1+"roles/{id}", a.deleteRole),
		route("GET", v1+"types", a.types),
		route("POST", v1+"permitted", a.permitted),
		route("GET", v1+"permitted/{type}/{action}", a.permittedInstances),
		route("GET", v1+"permitted/{type}/{action}/{subject}", a.permittedInstances),
	}
}

func (a *API) commandRoutes() []rest.Route[endpoint] {
	command := func(name string, h handler, when func() bool) rest.Route[endpoint] {
		r := route("POST", v1+"command/"+name, h)
		r.When = when
		return r
	}
	exist := func() bool { return a.config.Generation().RBACCommands() }
	adds := func(name string) func() bool {
		return func() bool { return exist() && a.config.Generation().AddGroupsCommand() == name }
	}
	return []rest.Route[endpoint]{
		command("roles/add-permissions", a.changePermissions(a.directory.AddPermissions), exist),
		command("roles/remove-permissions", a.changePermissions(a.directory.RemovePermissions), exist),
		command("roles/add-users", a.addUsers, exist),
		command("roles/remove-users", a.removeUsers, exist),
		command("roles/add-user-groups", a.changeGroups(a.directory.AddGroups), adds("add-user-groups")),
		command("roles/add-groups", a.changeGroups(a.directory.AddGroups), adds("add-groups")),
		command("roles/remove-groups", a.changeGroups(a.directory.RemoveGroups), exist),
		command("users/add-roles", a.changeRoles(a.directory.AddRoles), exist),
		command("users/remove-roles", a.changeRoles(a.directory.RemoveRoles), exist),
		command("users/revoke", a.setRevoked(true), exist),
		command("users/reinstate", a.setRevoked(false), exist),
		command("groups/create", a.createGroup, func() bool { return a.config.Generation().GroupsCreateCommand() }),
	}
}

func (a *API) subjectRoutes() []rest.Route[endpoint] {
	usersV2 := route("GET", v2+"users", a.listUsersV2)
	usersV2.When = func() bool { return a.config.Generation().V2Users() }
	groupsV2 := route("POST", v2+"groups", a.createGroupV2)
	groupsV2.When = func() bool { return a.config.Generation().V2Groups() }
	return []rest.Route[endpoint]{
		route("GET", v1+"users", a.listUsers),
		route("POST", v1+"users", a.createUser),
		route("GET", v1+"users/current", a.currentUser),
		route("GET", v1+"users/{id}", a.user),
		route("PUT", v1+"users/{id}", a.replaceUser),
		route("DELETE", v1+"users/{id}", a.deleteUser),
		route("GET", v1+"users/{id}/tokens", a.listTokens),
		usersV2,
		route("GET", v1+"groups", a.listGroups),
		route("POST", v1+"groups", a.createGroupV1),
		route("GET", v1+"groups/{id}", a.group),
		route("PUT", v1+"groups/{id}", a.replaceGroup),
		route("DELETE", v1+"groups/{id}", a.deleteGroup),
		groupsV2,
	}
}

func (a *API) tokenRoutes() []rest.Route[endpoint] {
	with := func(auth authentication, r rest.Route[endpoint]) rest.Route[endpoint] {
		r.Handler.auth = auth
		return r
	}
	return []rest.Route[endpoint]{
		with(nobody, route("POST", v1+"auth/token", a.login)),
		with(tokenOnly, route("POST", v1+"tokens", a.createToken)),
		route("DELETE", v2+"tokens", a.revokeTokens),
		with(nobody, route("DELETE", v2+"tokens/{token}", a.revokeToken)),
		with(nobody, route("POST", v2+"auth/token/authenticate", a.authenticateToken)),
	}
}
