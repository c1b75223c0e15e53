"""CloudWatch for the local deployment: metrics of its functions and queues, and its alarms."""
