terraform import pe_user.deploybot 3c5e7a91-2b4d-4f6a-8c0e-1d3f5a7b9c2e

# By login
terraform import pe_user.deploybot deploybot
