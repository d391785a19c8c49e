import {
  to = pe_role_membership.fred
  id = "2:user:4f3b8ead-5d77-4f4c-9c8a-9e4c3f5a6b74"
}
