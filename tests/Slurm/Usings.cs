global using Slipway.Testing;
global using Xunit;
