import {
  to = pe_role_permission.packages
  identity = {
    role_id     = "7"
    object_type = "tasks"
    action      = "run_with_constraints"
    instance    = "1"
  }
}
