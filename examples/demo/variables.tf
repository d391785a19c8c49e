variable "web_servers" {
  description = "PuppetDB query for the web servers."
  type        = string
  default     = "inventory[certname] { facts.role = \"web\" }"
}

variable "maintenance_start" {
  description = "When the weekly maintenance begins for the first time, RFC 3339."
  type        = string
  default     = "2040-01-07T02:00:00+01:00"
}
