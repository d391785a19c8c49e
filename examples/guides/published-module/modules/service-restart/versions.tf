terraform {
  required_version = ">= 1.8"

  required_providers {
    pe = {
      source  = "terraform-provider-pe/pe"
      version = ">= 0.1.0"
    }
  }
}
