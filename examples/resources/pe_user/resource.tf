# A local user, who can log in after a password was set in the console.
resource "pe_user" "deploybot" {
  login        = "deploybot"
  display_name = "Deploy bot"
}
