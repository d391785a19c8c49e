# The URL and the CA come from orchestrator.conf, the token from the file that `puppet-access login` has written.
provider "pe" {}
