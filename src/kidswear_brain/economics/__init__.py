"""What two observed figures can and cannot tell: priors, moments, estimates, posteriors."""
