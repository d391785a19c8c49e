terraform import pe_task.openssl 82
