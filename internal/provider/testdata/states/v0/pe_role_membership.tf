resource "pe_role_membership" "user" {
  role_id = "3"
  user_id = "0f0d2c1b-6d5e-4b7a-8c9d-1e2f3a4b5c6d"
}

resource "pe_role_membership" "group" {
  role_id  = "3"
  group_id = "5b9c0f0a-1f64-4a43-9c0b-3a7a5e7d2f10"
}
