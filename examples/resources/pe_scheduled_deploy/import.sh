terraform import pe_scheduled_deploy.audit 7
