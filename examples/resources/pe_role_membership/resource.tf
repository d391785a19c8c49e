# One more user of a role that every Puppet Enterprise has.
data "pe_role" "operators" {
  display_name = "Operators"
}

data "pe_user" "fred" {
  login = "fred"
}

resource "pe_role_membership" "fred" {
  role_id = data.pe_role.operators.id
  user_id = data.pe_user.fred.id
}
