import {
  to = pe_role.web_operators
  id = "7"
}
