# Those who have a role directly.
list "pe_user" "viewers" {
  provider         = pe
  include_resource = true

  config {
    role_id = "3"
  }
}
