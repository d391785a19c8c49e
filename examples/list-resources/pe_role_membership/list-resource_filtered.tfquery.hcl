variable "role_id" {
  type    = string
  default = "6"
}

list "pe_role_membership" "members" {
  provider         = pe
  include_resource = true
  limit            = 500

  config {
    role_id = var.role_id
  }
}
