# A role that permits nothing yet, and that nobody has.
resource "pe_role" "on_call" {
  display_name = "On call"
  permissions  = []
  user_ids     = []
  group_ids    = []
}
