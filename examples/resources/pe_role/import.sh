terraform import pe_role.web_operators 7

# By display name
terraform import pe_role.web_operators "Web operators"
