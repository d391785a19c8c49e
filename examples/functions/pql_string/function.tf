variable "role" {
  description = "Whose servers may be restarted: a value of the fact `role`."
  type        = string
  default     = "web"
}

# Whatever is in the variable stays a value: it cannot end the string and extend the query.
resource "pe_task_target" "restarts" {
  display_name = "Restarts of ${var.role}"
  tasks        = ["service"]
  pql_query    = "inventory[certname] { facts.role = ${provider::pe::pql_string(var.role)} }"

  lifecycle {
    create_before_destroy = true
  }
}

output "query" {
  value = pe_task_target.restarts.pql_query # inventory[certname] { facts.role = "web" }
}
