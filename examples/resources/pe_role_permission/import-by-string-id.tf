import {
  to = pe_role_permission.packages
  id = "7:tasks:run_with_constraints:1"
}
