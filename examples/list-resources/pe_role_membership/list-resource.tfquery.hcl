list "pe_role_membership" "viewers" {
  provider = pe

  config {
    role_id = "3"
  }
}
