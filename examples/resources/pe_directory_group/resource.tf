# A group of the directory that Puppet Enterprise knows from now on. Its roles are managed elsewhere.
resource "pe_directory_group" "on_call" {
  login = "oncall"
}
