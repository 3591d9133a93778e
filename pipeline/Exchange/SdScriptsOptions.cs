namespace Slipway.Pipeline.Exchange;

/// <summary>The options of sd-scripts' <c>sdxl_train_network.py</c> and their defaults, of its version 0.10.</summary>
internal static class SdScriptsOptions
{
    private const string All = """
        adaptive_noise_scale= alpha_mask=false async_upload=false base_weights= base_weights_multiplier= bucket_no_upscale=false bucket_reso_steps=64
        cache_info=false cache_latents=false cache_latents_to_disk=false cache_text_encoder_outputs=false cache_text_encoder_outputs_to_disk=false
        caption_dropout_every_n_epochs=0 caption_dropout_rate=0.0 caption_extension=.caption caption_extention= caption_prefix= caption_separator=,
        caption_suffix= caption_tag_dropout_rate=0.0 clip_skip= color_aug=false conditioning_data_dir= config_file= console_log_file= console_log_level=
        console_log_simple=false cpu_offload_checkpointing=false dataset_class= dataset_config= dataset_repeats=1 ddp_gradient_as_bucket_view=false
        ddp_static_graph=false ddp_timeout= debiased_estimation_loss=false debug_dataset=false deepspeed=false dim_from_weights=false
        disable_mmap_load_safetensors=false dynamo_backend=inductor enable_bucket=false enable_wildcard=false face_crop_aug_range= flip_aug=false
        fp16_master_weights_and_gradients=false fp8_base=false fp8_base_unet=false full_bf16=false full_fp16=false fused_backward_pass=false
        gradient_accumulation_steps=1 gradient_checkpointing=false highvram=false huber_c=0.1 huber_scale=1.0 huber_schedule=snr huggingface_path_in_repo=
        huggingface_repo_id= huggingface_repo_type= huggingface_repo_visibility= huggingface_token= in_json= initial_epoch= initial_step= ip_noise_gamma=
        ip_noise_gamma_random_strength=false keep_tokens=0 keep_tokens_separator= learning_rate=2e-06 log_config=false log_prefix= log_tracker_config=
        log_tracker_name= log_with= logging_dir= loss_type=l2 lowram=false lr_decay_steps=0 lr_scheduler=constant lr_scheduler_args=
        lr_scheduler_min_lr_ratio= lr_scheduler_num_cycles=1 lr_scheduler_power=1 lr_scheduler_timescale= lr_scheduler_type= lr_warmup_steps=0
        masked_loss=false max_bucket_reso=1024 max_data_loader_n_workers=8 max_grad_norm=1.0 max_timestep= max_token_length= max_train_epochs=
        max_train_steps=1600 max_validation_steps= mem_eff_attn=false metadata_author= metadata_description= metadata_is_negative_embedding= metadata_license=
        metadata_merged_from= metadata_preprocessor= metadata_tags= metadata_thumbnail= metadata_title= metadata_trigger_phrase= metadata_usage_hint=
        min_bucket_reso=256 min_snr_gamma= min_timestep= mixed_precision=no multires_noise_discount=0.3 multires_noise_iterations= network_alpha=1
        network_args= network_dim= network_dropout= network_module= network_train_text_encoder_only=false network_train_unet_only=false network_weights=
        no_half_vae=false no_metadata=false noise_offset= noise_offset_random_strength=false offload_optimizer_device= offload_optimizer_nvme_path=
        offload_param_device= offload_param_nvme_path= optimizer_args= optimizer_type= output_config=false output_dir= output_name=
        persistent_data_loader_workers=false pretrained_model_name_or_path= prior_loss_weight=1.0 random_crop=false reg_data_dir= resize_interpolation=
        resolution= resume= resume_from_huggingface=false sample_at_first=false sample_every_n_epochs= sample_every_n_steps= sample_prompts=
        sample_sampler=ddim save_every_n_epochs= save_every_n_steps= save_last_n_epochs= save_last_n_epochs_state= save_last_n_steps= save_last_n_steps_state=
        save_model_as=safetensors save_n_epoch_ratio= save_precision= save_state=false save_state_on_train_end=false save_state_to_huggingface=false
        scale_v_pred_loss_like_noise_pred=false scale_weight_norms= sdpa=false secondary_separator= seed= shuffle_caption=false skip_cache_check=false
        skip_until_initial_step=false text_encoder_lr= token_warmup_min=1 token_warmup_step=0 tokenizer_cache_dir= torch_compile=false train_batch_size=1
        train_data_dir= training_comment= unet_lr= use_8bit_adam=false use_lion_optimizer=false v2=false v_parameterization=false v_pred_like_loss= vae=
        vae_batch_size=1 validate_every_n_epochs= validate_every_n_steps= validation_seed= validation_split=0.0 wandb_api_key= wandb_run_name=
        weighted_captions=false xformers=false zero3_init_flag=false zero3_save_16bit_model=false zero_stage=2 zero_terminal_snr=false
        """;

    /// <summary>Defaults by name, as text; empty: none.</summary>
    public static IReadOnlyDictionary<string, string> Defaults { get; } = All
        .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(option => option.Split('=', 2)).ToDictionary(option => option[0], option => option[1], StringComparer.Ordinal);

    /// <summary>What goes into <c>network_args</c> as <c>name=value</c>, of <c>networks.lora</c>.</summary>
    public static IReadOnlyList<string> NetworkArguments { get; } =
    [
        "conv_dim", "conv_alpha", "rank_dropout", "module_dropout", "block_dims", "block_alphas", "conv_block_dims", "conv_block_alphas",
        "down_lr_weight", "mid_lr_weight", "up_lr_weight", "block_lr_zero_threshold",
        "loraplus_lr_ratio", "loraplus_unet_lr_ratio", "loraplus_text_encoder_lr_ratio",
    ];

    /// <summary>What goes into <c>optimizer_args</c> for AdamW, under our names.</summary>
    public static IReadOnlyList<string> AdamWArguments { get; } = ["adam_beta1", "adam_beta2", "adam_eps", "weight_decay"];

    /// <summary>What a subset of a dataset configuration may say (DreamBooth's way), beside its folder and repeats.</summary>
    public static IReadOnlyList<string> SubsetOptions { get; } =
    [
        "is_reg", "class_tokens", "caption_extension", "shuffle_caption", "keep_tokens", "keep_tokens_separator", "secondary_separator", "enable_wildcard",
        "color_aug", "flip_aug", "random_crop", "caption_prefix", "caption_suffix", "caption_dropout_rate", "caption_dropout_every_n_epochs",
        "caption_tag_dropout_rate", "token_warmup_min", "token_warmup_step", "alpha_mask", "conditioning_data_dir",
    ];

    /// <summary>Whether an option is about how a training is watched, which works in another way here.</summary>
    public static bool IsMonitoring(string name) => Monitoring.Any(part => name.StartsWith(part, StringComparison.Ordinal));

    private static readonly string[] Monitoring = ["validat", "max_validation", "early_stopping", "sample_"];

    /// <summary>Why an option need not be taken over; null where it matters.</summary>
    public static string? Needless(string name) => name switch
    {
        "xformers" or "sdpa" or "mem_eff_attn" or "torch_compile" or "dynamo_backend" => "attention is computed in its own way, with the same result",
        "max_data_loader_n_workers" or "persistent_data_loader_workers" or "vae_batch_size" or "text_encoder_batch_size" or "lowram" or "highvram"
            or "disable_mmap_load_safetensors" or "num_cpu_threads_per_process" => "how data is loaded changes nothing of the result",
        "cache_latents_to_disk" or "cache_text_encoder_outputs" or "cache_text_encoder_outputs_to_disk" or "skip_cache_check" or "cache_info" => "caches are kept by content, always",
        "no_half_vae" => "the autoencoder computes in 32 bits, always",
        "clip_skip" => "sd-scripts ignores it for SDXL too",
        "save_model_as" => "LoRAs are safetensors, always",
        "output_dir" or "output_name" or "logging_dir" or "log_with" or "log_prefix" or "log_tracker_name" or "log_tracker_config" or "log_config" or "wandb_run_name"
            or "console_log_level" or "console_log_file" or "console_log_simple" or "training_comment" or "output_config" => "files and logs have their own places",
        "config_file" or "dataset_config" => "it was read",
        "no_metadata" => "LoRAs carry metadata, always",
        "save_state" or "save_state_on_train_end" or "resume" or "save_last_n_epochs_state" or "save_last_n_steps_state" => "a training that was stopped goes on by itself",
        "v_parameterization" => "the model says itself what it predicts (scheduler_config.json, or the tensor v_pred of a single file)",
        "save_precision" => "LoRAs are saved in 32 bits",
        _ when IsMonitoring(name) => "how a version is watched is set in the plan, by `validation` and by the version's own keys",
        "tokenizer_cache_dir" or "huggingface_token" or "wandb_api_key" => "it is of that machine",
        _ => null,
    };
}
