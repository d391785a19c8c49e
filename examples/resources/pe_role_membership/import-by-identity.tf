import {
  to = pe_role_membership.fred
  identity = {
    role_id = "2"
    user_id = "4f3b8ead-5d77-4f4c-9c8a-9e4c3f5a6b74"
  }
}
