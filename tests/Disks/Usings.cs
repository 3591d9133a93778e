global using Slipway.Pipeline;
global using Slipway.Pipeline.Graph;
global using Slipway.Testing;
global using Xunit;
