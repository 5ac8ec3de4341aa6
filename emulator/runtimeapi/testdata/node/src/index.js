exports.handler = async () => 'src';
