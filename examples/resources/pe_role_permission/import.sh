# ROLE:OBJECT_TYPE:ACTION:INSTANCE
terraform import pe_role_permission.packages 7:tasks:run_with_constraints:1
