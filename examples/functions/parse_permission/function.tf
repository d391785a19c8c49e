variable "permissions" {
  description = "What operators may do, as object_type:action:instance."
  type        = list(string)
  default     = ["tasks:run:mysql::sql", "console_page:view:*"]
}

resource "pe_role" "operators" {
  display_name = "Database operators"
  permissions  = [for text in var.permissions : provider::pe::parse_permission(text)]
}
