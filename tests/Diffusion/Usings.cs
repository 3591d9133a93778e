global using Slipway.Testing;
