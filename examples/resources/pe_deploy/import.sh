terraform import pe_deploy.web 81
