resource "pe_role" "auditors" {
  display_name = "Auditors"
}

resource "pe_role_permission" "view_jobs" {
  role_id     = pe_role.auditors.id
  object_type = "orchestrator"
  action      = "view"
  instance    = "*"
}
