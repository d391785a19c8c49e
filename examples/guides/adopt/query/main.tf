terraform {
  required_version = ">= 1.14"

  required_providers {
    pe = {
      source = "terraform-provider-pe/pe"
    }
  }
}

# Where Puppet Enterprise is, and who asks, comes from the environment.
provider "pe" {}
