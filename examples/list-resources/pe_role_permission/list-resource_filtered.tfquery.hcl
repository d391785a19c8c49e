list "pe_role" "ours" {
  provider = pe
}

# Terraform asks for the permissions of the first role once the roles are known.
list "pe_role_permission" "first" {
  provider         = pe
  include_resource = true
  limit            = 500

  config {
    role_id = list.pe_role.ours.data[0].identity.id
  }
}
