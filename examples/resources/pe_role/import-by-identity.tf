import {
  to = pe_role.web_operators
  identity = {
    id = "7"
  }
}
