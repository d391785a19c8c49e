resource "pe_role" "owner" {
  display_name = "Restarters"
}

resource "pe_role_permission" "one" {
  role_id     = pe_role.owner.id
  object_type = "tasks"
  action      = "run"
  instance    = "service"
}
