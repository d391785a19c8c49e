terraform {
  backend "http" {
    # address, lock_address and unlock_address come from TF_HTTP_*, as GitLab shows them
    lock_method   = "POST"
    unlock_method = "DELETE"
  }
}
