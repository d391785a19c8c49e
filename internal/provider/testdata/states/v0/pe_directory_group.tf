resource "pe_directory_group" "minimal" {
  login = "oncall"
}

resource "pe_directory_group" "full" {
  login                = "later"
  display_name         = "Later"
  identity_provider_id = "e1c2b3a4-5d6f-4a7b-8c9d-0e1f2a3b4c5d"
  validate             = false
  role_ids             = ["2", "3"]
}
