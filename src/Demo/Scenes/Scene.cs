using Slipway.Imaging.Pictures;

namespace Slipway.Demo.Scenes;

/// <summary>A drawn picture and what is in it.</summary>
/// <param name="Picture">The pixels, opaque.</param>
/// <param name="Background">One of <see cref="SceneGenerator.Backgrounds"/>.</param>
/// <param name="Subject">One of <see cref="SceneGenerator.Subjects"/>, or null for scenery alone.</param>
/// <param name="Tags">What a tagger should say, the background first; each once.</param>
public sealed record Scene(Picture Picture, string Background, string? Subject, IReadOnlyList<string> Tags);
