global using Slipway.Pipeline;
global using Slipway.Pipeline.Configuration;
global using Slipway.Testing;
global using Xunit;
