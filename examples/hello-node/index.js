const ms = require('ms');

exports.handler = async (event, context) => {
  context.logger.info('greeting', { name: event.data.name });
  return context.reply('com.example.greeting', {
    greeting: `Hello, ${event.data.name}, from Node.js`,
    timeLeft: ms(context.remainingMs()),
  });
};
