terraform {
  required_providers {
    pe = { source = "terraform-provider-pe/pe" }
  }
}

provider "pe" {}

variable "certificate" {
  description = "Fingerprint of the certificate that the service has to load."
  type        = string
  default     = "2f:5c:aa"
}

module "httpd" {
  source   = "./modules/service-restart"
  service  = "httpd"
  scope    = { query = "inventory[certname] { facts.role = \"web\" }" }
  triggers = { certificate = var.certificate }
}

output "restart" {
  value = module.httpd.job_id
}
