"""Events over RabbitMQ, with aio-pika."""
