terraform import pe_directory_group.on_call 9d2f6c1e-7a3b-4c5d-8e9f-0a1b2c3d4e5f

# By login
terraform import pe_directory_group.on_call oncall
