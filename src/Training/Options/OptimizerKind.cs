namespace Slipway.Training.Options;

/// <summary>An optimizer that there is.</summary>
/// <param name="Name">As sd-scripts' <c>optimizer_type</c> spells it.</param>
/// <param name="PythonClass">The class that sd-scripts takes for it.</param>
/// <param name="Constants">Its constants, of the options and of <c>optimizer_args</c>: a record of its own.</param>
internal sealed record OptimizerKind(string Name, string PythonClass, Func<OptimizerOptions, OptimizerArguments, object> Constants);
