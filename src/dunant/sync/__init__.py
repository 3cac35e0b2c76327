"""Site-to-site protocol: moves sealed envelopes in batches and knows no domain."""
