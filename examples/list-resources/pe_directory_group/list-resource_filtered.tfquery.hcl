# Those who have a role directly.
list "pe_directory_group" "viewers" {
  provider         = pe
  include_resource = true

  config {
    role_id = "3"
  }
}
