# Deregistration is refused while tasks run there. Forced, the tasks are over at once as far as ECS can see; the
# node ends them when it registers again.
! node n1 cpu 2048 memory 4096
@ +1s
> ecs RegisterTaskDefinition {"family":"hello","containerDefinitions":[{"name":"web","image":"a","memory":64}]}
| taskDefinition.status
< 200 {"taskDefinition":{"status":"ACTIVE"}}
> ecs RunTask {"taskDefinition":"hello"}
| tasks.taskArn tasks.containerInstanceArn
< 200 {
    "tasks": [
      {
        "taskArn": "arn:aws:ecs:us-east-1:000000000000:task/default/$task1",
        "containerInstanceArn": "arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance1"
      }
    ]
  }
@ +2s
> ecs DeregisterContainerInstance {"containerInstance":"$instance1"}
< 400 {"__type":"InvalidParameterException","message":"Found running tasks on the instance."}
> ecs DeleteCluster {"cluster":"default"}
< 400 {
    "__type": "ClusterContainsContainerInstancesException",
    "message": "The Cluster cannot be deleted while Container Instances are active or draining."
  }
> ecs DeregisterContainerInstance {"containerInstance":"$instance1","force":true}
| containerInstance.status containerInstance.agentConnected containerInstance.runningTasksCount
< 200 {"containerInstance":{"status":"INACTIVE","agentConnected":false,"runningTasksCount":0}}
> ecs DescribeTasks {"tasks":["$task1"]}
| tasks.lastStatus tasks.stopCode tasks.stoppedReason
< 200 {
    "tasks": [
      {
        "lastStatus": "STOPPED",
        "stopCode": "TerminationNotice",
        "stoppedReason": "Container instance deregistration forced by user"
      }
    ]
  }
> ecs ListContainerInstances {}
< 200 {"containerInstanceArns":[]}
> ecs RunTask {"taskDefinition":"hello"}
< 400 {"__type":"InvalidParameterException","message":"No Container Instances were found in your cluster."}
! n1 agent dies
! n1 agent starts
@ +10s
> ecs ListContainerInstances {}
< 200 {"containerInstanceArns":["arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance2"]}
> ecs RunTask {"taskDefinition":"hello"}
| tasks.lastStatus tasks.containerInstanceArn
< 200 {
    "tasks": [
      {
        "lastStatus": "PENDING",
        "containerInstanceArn": "arn:aws:ecs:us-east-1:000000000000:container-instance/default/$instance2"
      }
    ]
  }
