/** The texts of the repository's workflows, which are short versions of the team's. */

export const DEPLOY_HEROKU = `name: Deploy to Heroku
run-name: Deploy to Heroku
on:
  push:
    branches: [main]
  workflow_dispatch:
    inputs:
      environment:
        type: choice
        options: [staging, production]
        default: staging
jobs:
  freeze-check:
    runs-on: ubuntu-latest
    steps:
      - name: Check freeze
        run: ./scripts/freeze-check.sh
  deploy:
    needs: freeze-check
    runs-on: ubuntu-latest
    environment: \${{ inputs.environment || 'staging' }}
    steps:
      - uses: actions/checkout@v4
        with: { fetch-depth: 0 }
      - name: Push to Heroku
        run: git push heroku HEAD:refs/heads/main
`;

export const DEPLOY_ANTLERS = `name: Deploy Antlers
on:
  push:
    branches: [main]
    tags: ['v*']
    paths: ['frontend/trademaster_ui/**']
jobs:
  pages:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: npm ci && npm run build
`;

export const PR_PREVIEW = `name: PR Preview
on:
  pull_request:
    types: [opened, synchronize, reopened]
jobs:
  preview:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
`;
